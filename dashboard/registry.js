// The modules of all Courtside templates of a page, shared between them: each is made once, when first used.
(() => {
  const version = 'VERSION';
  const known = window.courtside;
  // A newer dashboard has arrived while this page was open: begin anew with it, once.
  if (known && known.version !== version && sessionStorage.getItem('courtside-reloaded') !== version) {
    sessionStorage.setItem('courtside-reloaded', version);
    location.reload();
    return;
  }
  window.courtside ??= {
    version,
    sources: {},
    made: {},
    waiting: [],
    define(sources) {
      Object.assign(this.sources, sources);
      for (const attempt of this.waiting.splice(0)) attempt();
    },
    use(path) {
      this.made[path] ??= this.sources[path].make((needed) => this.use(needed), window.Vue);
      return this.made[path];
    },
    has(path) {
      return path in this.made || (path in this.sources && this.sources[path].needs.every((needed) => this.has(needed)));
    },
    /** The component of a file, as soon as all that it needs has been defined. */
    part(path) {
      return new Promise((resolve) => {
        const attempt = () => {
          if (this.has(path)) resolve(window.Vue.markRaw(this.use(path).default));
          else this.waiting.push(attempt);
        };
        attempt();
      });
    },
  };
  window.courtside.define({
    /* MODULES */
  });
})();
