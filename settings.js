// Settings of Node-RED for Courtside. The program fills in what belongs to this machine: folders, the secret, the doors' guards.
// Everything here holds for any Node-RED that is started with this file.

const settings = {
  flowFile: 'flows.json',
  flowFilePretty: true,
  // The pack loads itself: this folder is its package.
  nodesDir: [import.meta.dirname],
  httpAdminRoot: '/editor',
  httpNodeRoot: '/',
  uiHost: process.env.HOST || '127.0.0.1',
  uiPort: Number(process.env.PORT || 1880),

  // Nothing is fetched or sent anywhere by the editor itself.
  telemetry: { enabled: false, updateNotification: false },
  externalModules: {
    autoInstall: false,
    palette: { allowInstall: false, allowUpload: false },
    modules: { allowInstall: false },
  },
  functionExternalModules: false,
  diagnostics: { enabled: true, ui: false },
  runtimeState: { enabled: false, ui: false },

  // Money is remembered in the database; context is for what a flow's author keeps for himself.
  contextStorage: { default: { module: 'memory' } },
  // An order that is being confirmed when its node is redeployed is handed on well within this.
  nodeCloseTimeout: 15_000,
  exportGlobalContextKeys: false,

  editorTheme: {
    tours: false,
    projects: { enabled: false },
    multiplayer: { enabled: false },
    page: { title: 'Courtside · flows' },
    header: { title: 'Courtside' },
    palette: {
      categories: ['kalshi', 'subflows', 'common', 'function', 'network', 'sequence', 'parser', 'storage', 'dashboard 2'],
    },
  },
  dashboard: { maxHttpBufferSize: 1e6 },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};

// Node-RED reads this file with require(): a default export alone would arrive as an object that holds it.
export { settings as 'module.exports', settings };
