// Dashboard parses and prints a template's script anew whenever it makes the template, which takes longer than all the rest. So the
// modules stand in a comment of the same template, and are run from there; as soon as there is a template, not when it is shown.
export default {
  data() {
    const { format } = this.props;
    const modules = format.slice(format.lastIndexOf('!-- MODULES') + 11, format.lastIndexOf('-->'));
    // oxlint-disable-next-line typescript/no-implied-eval -- as Dashboard itself runs the scripts of its templates
    new Function(modules)();
    window.courtside.part('PART').then((part) => {
      this.part = part;
    });
    return { part: null };
  },
};
