// Runs after `npm install` / `npm ci` in a checkout, and from door.mjs where that has not happened. On a Node older than
// package.json's `engines` asks for, this fetches a pinned one as an npm package (runtime/package-lock.json holds its
// checksum) and links it as node_modules/.bin/node, which comes first on PATH in every npm script.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRecentNode, neededNode } from './node-version.mjs';

const isDryRun = process.env.npm_config_package_lock_only === 'true' || process.env.npm_config_dry_run === 'true';
if (!isDryRun && !isRecentNode(process.version)) bringNode();

function bringNode() {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const pkg = `node-${process.platform}-${process.arch}`;
  const bin = join(root, 'runtime/node_modules', pkg, 'bin/node');
  const link = join(root, 'node_modules/.bin/node');
  try {
    if (!existsSync(bin) || !isRecentNode(versionOf(bin))) installRuntime(join(root, 'runtime'));
    const got = versionOf(bin);
    mkdirSync(dirname(link), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(relative(dirname(link), bin), link);
    console.error(`Node ${process.version} is too old for this project: npm scripts will use Node ${got} from runtime/.`);
  } catch (error) {
    rmSync(link, { force: true });
    console.error(
      `This project needs Node >= ${neededNode()} (found ${process.version}), and no pinned Node is to be had for ${pkg}.\n` +
        `Install Node 24 LTS and try again. (${error.message})`,
    );
    process.exit(1);
  }
}

/** Asking for the version also proves that it runs here (C library, processor). */
function versionOf(node) {
  return execFileSync(node, ['-v'], { encoding: 'utf8' }).trim();
}

function installRuntime(cwd) {
  // A nested npm must not inherit the outer one's options (omit, workspace, …), only where and how to fetch.
  const keep = /^npm_config_(userconfig|globalconfig|cache|registry|cafile|proxy|https_proxy|noproxy|offline)$/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_') || keep.test(name)));
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--include=optional'];
  const npm = process.env.npm_execpath;
  // npm's own chatter goes to stderr: whoever pipes a door's output wants the door's answer only.
  const stdio = ['ignore', 2, 2];
  if (npm) execFileSync(process.execPath, [npm, ...args], { cwd, stdio, env });
  else execFileSync('npm', args, { cwd, stdio, env });
}
