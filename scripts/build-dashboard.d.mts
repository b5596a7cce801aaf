/** A node as Node-RED's flow files have it. */
export interface FlowNode {
  id: string;
  type: string;
  [property: string]: unknown;
}

/** The dashboard's flow: its tab, page, themes and templates, ready to be loaded or imported. */
export function buildDashboardFlow(): FlowNode[];
