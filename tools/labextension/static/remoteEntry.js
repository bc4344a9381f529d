// An extension for JupyterLab, written as JupyterLab loads it, so that nothing has to be compiled:
// a container with the functions `init` and `get` (webpack calls this module federation).
//
// It hands the Markdown of each cell to rewrite.js before jupyterlab-myst reads it. The cell itself
// stays as its author wrote it.

(() => {
  const here = document.currentScript.src;
  let shared;

  // The module `name` as JupyterLab has loaded it.
  const jupyterlab = async (name) => (await Object.values(shared[name])[0].get())();

  const plugin = (NotebookPanel, NotebookActions) => ({
    id: "decentwork-preview:plugin",
    autoStart: true,
    requires: [NotebookPanel.IContentFactory],
    activate: async (app, factory) => {
      const create = factory.createMarkdownCell.bind(factory);
      const cells = new Set();
      let read = null;
      factory.createMarkdownCell = (options) => {
        const cell = create(options);
        const update = cell.updateFragmentMDAST;
        const model = cell.model.sharedModel;
        // Why: jupyterlab-myst reads no bibliography and knows no directive but its own, and it has
        // no place where another extension could add them. So its method is wrapped.
        // Upstream: jupyter-book/jupyterlab-myst#127 (citations), #161 (a first attempt).
        // Can go when it reads references.bib (test_jupyterlab_alone_still_shows_no_citation fails).
        cell.updateFragmentMDAST = () => {
          // jupyterlab-myst asks for the source at once, and only here.
          const source = model.getSource.bind(model);
          if (read) model.getSource = () => read(source(), cell);
          try {
            return update.call(cell);
          } finally {
            delete model.getSource;
          }
        };
        cells.add(cell);
        cell.disposed.connect(() => cells.delete(cell));
        return cell;
      };
      const anew = async () => {
        await Promise.all([...cells].map((cell) => cell.updateFragmentMDAST()));
        // One cell that renders renders all of its notebook.
        const visible = [...cells].filter((cell) => cell.rendered && cell.isAttached);
        const notebooks = new Map(visible.map((cell) => [cell.parent, cell]));
        await Promise.all([...notebooks.values()].map((cell) => cell.render()));
      };
      let soon;
      NotebookActions.executed.connect((_, { cell }) => {
        if (cell.model.type !== "code") return;
        clearTimeout(soon);
        soon = setTimeout(anew, 300);
      });

      const { rewrite, exhibitsIn, citedIn } = await import(new URL("rewrite.js", here));
      const known = await (await fetch(new URL("book.json", here))).json();
      read = (source, cell) => rewrite(source, known, published(cell, exhibitsIn, citedIn));
      await anew();
    },
  });

  // Numbers and exhibits that the cells of a cell's notebook have published, and what it cites.
  function published(cell, exhibitsIn, citedIn) {
    const path = cell.parent?.parent?.context?.path;
    const found = { numbers: {}, exhibits: {}, order: [], cited: [], path };
    for (const one of cell.parent?.model?.cells ?? []) {
      if (one.type === "markdown") {
        const source = Object.getPrototypeOf(one.sharedModel).getSource.call(one.sharedModel);
        found.order.push(...exhibitsIn(source));
        found.cited.push(...citedIn(source));
      }
      for (const { metadata, data } of one.type === "code" ? one.outputs.toJSON() : []) {
        const name = metadata?.scrapbook?.name;
        const text = data?.["application/papermill.record/text/plain"];
        if (metadata?.exhibit) found.exhibits[name] = metadata.exhibit;
        else if (name && text) found.numbers[name] = [text].flat().join("").slice(1, -1);
      }
    }
    return found;
  }

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["decentwork-preview"] = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const { NotebookPanel, NotebookActions } = await jupyterlab("@jupyterlab/notebook");
      return () => ({ __esModule: true, default: plugin(NotebookPanel, NotebookActions) });
    },
  };
})();
