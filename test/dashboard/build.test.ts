import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileTemplate } from 'vue/compiler-sfc';
import { buildDashboardFlow } from '../../scripts/build-dashboard.mjs';

const SOURCES = fileURLToPath(new URL('../../dashboard/', import.meta.url));
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
const components = files.filter((file) => file.endsWith('.vue'));

describe('the built dashboard', () => {
  const flow = buildDashboardFlow();
  const templates = flow.filter(({ type }) => type === 'ui-template');

  it('is the same each time', () => {
    assert.equal(JSON.stringify(buildDashboardFlow()), JSON.stringify(flow));
  });

  it('has stable ids of its own, and refers to no node that is missing', () => {
    const ids = flow.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^courtside-/);
    for (const node of flow) {
      for (const property of ['z', 'ui', 'page', 'group', 'theme']) {
        const target = node[property];
        if (typeof target === 'string' && target !== '') assert.ok(ids.includes(target), `${node.id} refers to ${target}`);
      }
    }
  });

  it('holds every source, once', () => {
    const all = templates.map(({ format }) => String(format)).join('\n');
    for (const file of files.filter((name) => /(?:\/.*\.(?:vue|ts|js))$/.test(name))) {
      assert.equal(all.split(`'${file}': {`).length - 1, 1, `${file} is inlined`);
    }
  });

  it('leaves nothing to be compiled in the browser but the frame of each template', () => {
    const all = templates.map(({ format }) => String(format)).join('\n');
    assert.equal(all.split('component.render = ').length - 1, components.length);
    assert.ok(!all.includes('component.template'));
  });

  it('sends nothing through widget messages, which all clients share', () => {
    for (const { format, passthru, storeOutMessages } of templates) {
      assert.ok(!/\bthis\.send\(|\.emit\('widget|\bmsg\.payload/.test(String(format)));
      assert.deepEqual([passthru, storeOutMessages], [false, false]);
    }
  });

  it('asks no foreign origin for anything', () => {
    for (const { format } of templates)
      assert.ok(!/(?:https?:)?\/\/[a-z0-9-]+\.[a-z]/i.test(String(format).replace(/^\s*\/\/.*$/gm, '')));
  });

  for (const file of components) {
    it(`compiles the template of ${file}`, () => {
      const source = readFileSync(join(SOURCES, file), 'utf8');
      const template = /^<template>\n([\s\S]*?)^<\/template>/m.exec(source)?.[1] ?? '';
      const { errors } = compileTemplate({ source: template, filename: file, id: file });
      assert.deepEqual(errors, []);
      assert.ok(!/\bv-html\b/.test(template), 'outside text must never become markup');
    });
  }
});
