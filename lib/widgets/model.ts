/** What both sides know of a widget, kept alike by messages: version 2 of the protocol of Jupyter widgets. */
import { type NotebookComm, openComm } from "../notebook.ts";

const protocolVersion = "2.1.0";

/** Which JavaScript class of the front end stands for a model. */
export interface ModelClass {
  /** Where models and views come from, such as "@jupyter-widgets/controls". */
  readonly module: string;
  readonly model: string;
  readonly view: string;
  /** Where the view comes from, if it is somewhere else. */
  readonly viewModule?: string;
}

/** The version of the widgets' JavaScript that the attributes are those of. */
export const moduleVersion = "2.0.0";
/** Where the front end has the controls. */
export const controls = "@jupyter-widgets/controls";
/** Where the front end has layouts, and views of styles. */
export const base = "@jupyter-widgets/base";

/** Attributes by name, as the front end calls them. A model as a value is sent as a reference. */
export type Attributes = Record<string, unknown>;

/** Some attributes of which the front end has a copy. It is given one when it is first needed: a model that nobody shows costs nothing. */
export class Model {
  private comm: NotebookComm | null = null;
  private readonly attributes: Attributes;

  constructor({ module, model, view, viewModule = module }: ModelClass, attributes: Attributes = {}) {
    this.attributes = {
      _model_module: module,
      _model_module_version: moduleVersion,
      _model_name: model,
      _view_module: viewModule,
      _view_module_version: moduleVersion,
      _view_name: view,
      ...attributes,
    };
  }

  /** Gives the front end its copy, with all that it refers to. @returns The model's id there; null outside a notebook. */
  open(): string | null {
    if (this.comm) return this.comm.id;
    const data = { state: packed(this.attributes) as Attributes, buffer_paths: [] };
    this.comm = openComm("jupyter.widget", data, { metadata: { version: protocolVersion } });
    if (this.comm) this.comm.onMessage = ({ data: message }) => this.receive(message);
    return this.comm?.id ?? null;
  }

  /** Takes the front end's copy away: what is shown of it there is dead. */
  close(): void {
    this.comm?.close();
    this.comm = null;
  }

  /** An attribute as it is now. */
  protected get(name: string): unknown {
    return this.attributes[name];
  }

  /** Changes attributes on both sides. */
  protected set(changes: Attributes): void {
    Object.assign(this.attributes, changes);
    this.comm?.send({ method: "update", state: packed(changes), buffer_paths: [] });
  }

  /** What the front end has changed; not sent back to it. */
  protected changed(changes: Attributes): void {
    Object.assign(this.attributes, changes);
  }

  /** An event that is no change, such as a click. */
  protected happened(_content: Record<string, unknown>): void {}

  private receive(message: Record<string, unknown>): void {
    const { method, state, content } = message as { method?: string; state?: Attributes; content?: Attributes };
    if (method === "update" && state) this.changed(state);
    if (method === "custom" && content) this.happened(content);
    // A page that was loaded anew asks for what it has lost.
    if (method === "request_state") this.set(this.attributes);
  }
}

function packed(value: unknown): unknown {
  if (value instanceof Model) return `IPY_MODEL_${value.open()}`;
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, packed(one)]));
}
