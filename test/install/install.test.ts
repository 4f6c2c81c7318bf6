import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { PROTOCOL_VERSION } from "../../kernel/protocol/messages.ts";
import { environmentFolder, python, pythonEnv } from "../../tools/setup/python.ts";
import { repository } from "../support/client.ts";
import { installer, Sandbox } from "./installer.ts";

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.remove());

const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const specOf = (displayName: string) => ({
  argv: [
    process.execPath,
    "--max-semi-space-size=4",
    join(repository, "dist", "kernel", "main.js"),
    "{connection_file}",
  ],
  display_name: displayName,
  language: "typescript",
  interrupt_mode: "message",
  kernel_protocol_version: PROTOCOL_VERSION,
  metadata: { debugger: true, gradbook: { version } },
});

describe("installing", () => {
  test("--user writes kernel.json and three logos into Jupyter's data folder", () => {
    const { code, stdout, stderr } = sandbox.run(["--user"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const folder = join(sandbox.data, "kernels", "gradbook");
    expect(stdout).toBe(`Registered: kernel "gradbook", shown as "TypeScript (gradbook)", in ${folder}\n`);
    expect(sandbox.spec(sandbox.data, "gradbook")).toEqual(specOf("TypeScript (gradbook)"));
    expect(readdirSync(folder).sort()).toEqual(["kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]);
  });

  test("puts the report template where nbconvert looks, anew over an older one", () => {
    const folder = join(sandbox.data, "nbconvert", "templates", "gradbook");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "of-an-older-version.js"), "");
    expect(sandbox.run(["--user"]).code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(["conf.json", "index.html.j2", "static"]);
    expect(readdirSync(join(folder, "static")).sort()).toEqual([
      "charts.js",
      "figures.js",
      "math.css",
      "math.js",
      "print.css",
    ]);
  });

  test("the report template goes when the kernel of the default name goes, and not before", () => {
    const template = join(sandbox.data, "nbconvert", "templates", "gradbook");
    for (const args of [["--user"], ["--user", "--name", "other"]]) expect(sandbox.run(args).code).toBe(0);
    expect(sandbox.run(["--user", "--uninstall", "--name", "other"]).code).toBe(0);
    expect(existsSync(template)).toBe(true);
    expect(sandbox.run(["--user", "--uninstall"]).code).toBe(0);
    expect(existsSync(template)).toBe(false);
  });

  test("puts JupyterLab's extension where every JupyterLab looks, and takes it away again", () => {
    const folder = join(sandbox.data, "labextensions", "gradbook");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "of-an-older-version.js"), "");
    expect(sandbox.run(["--user"]).code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(["package.json", "static"]);
    const { name, jupyterlab } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(name).toBe("gradbook");
    expect(readdirSync(join(folder, "static"))).toContain(jupyterlab._build.load.replace("static/", ""));
    expect(sandbox.run(["--user", "--uninstall"]).code).toBe(0);
    expect(existsSync(folder)).toBe(false);
  });

  test.each([32, 64])("the %i pixel logo is a PNG of that size", (size) => {
    const png = readFileSync(join(repository, "kernel", "logos", `logo-${size}x${size}.png`));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
  });

  test("--prefix takes a folder relative to where the user is, and makes it", () => {
    expect(sandbox.run(["install", "--prefix", "env"]).code).toBe(0);
    expect(sandbox.spec(sandbox.path("env", "share", "jupyter"), "gradbook")).toEqual(specOf("TypeScript (gradbook)"));
  });

  test("--name and --display-name are what Jupyter lists", () => {
    const prefix = sandbox.path("env");
    expect(sandbox.run(["--prefix", prefix, "--name", "Gradbook-Dev"]).code).toBe(0);
    expect(sandbox.run(["--prefix", prefix, "--name", "other", "--display-name", "Mine"]).code).toBe(0);
    const env = { ...pythonEnv(), JUPYTER_PATH: join(prefix, "share", "jupyter") };
    const list = execFileSync(python, ["-m", "jupyter", "kernelspec", "list", "--json"], { env, encoding: "utf8" });
    const { kernelspecs } = JSON.parse(list);
    expect(kernelspecs["gradbook-dev"].spec.display_name).toBe("TypeScript (gradbook-dev)");
    expect(kernelspecs.other.spec).toMatchObject(specOf("Mine"));
  });

  test("--sys-prefix goes into the environment of the Python on PATH", () => {
    // An environment of its own, so that a test never writes into the one in use.
    execFileSync(python, ["-m", "venv", "--without-pip", sandbox.path("venv")]);
    const bin = sandbox.path("venv", process.platform === "win32" ? "Scripts" : "bin");
    const { code, stderr } = sandbox.run(["--sys-prefix"], { env: { PATH: bin } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(existsSync(sandbox.path("venv", "share", "jupyter", "kernels", "gradbook", "kernel.json"))).toBe(true);
  });

  test("installing again replaces an older kernelspec of ours", () => {
    sandbox.run(["--user", "--display-name", "Old"]);
    const { code, stdout } = sandbox.run(["--user"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Registered again: /);
    expect(sandbox.spec(sandbox.data, "gradbook")).toEqual(specOf("TypeScript (gradbook)"));
    expect(readdirSync(join(sandbox.data, "kernels"))).toEqual(["gradbook"]);
  });

  test("the set-up has registered the kernel in .venv, where its Jupyter finds it", () => {
    const list = execFileSync(python, ["-m", "jupyter", "kernelspec", "list", "--json"], {
      env: pythonEnv(),
      encoding: "utf8",
    });
    const { gradbook } = JSON.parse(list).kernelspecs;
    expect(gradbook.resource_dir).toBe(join(environmentFolder, "share", "jupyter", "kernels", "gradbook"));
    expect(gradbook.spec).toMatchObject(specOf("TypeScript (gradbook)"));
  });

  test("the package's command runs through a link, as npm makes one", () => {
    symlinkSync(installer, sandbox.path("gradbook"));
    const { code } = sandbox.run(["install", "--user"], { program: sandbox.path("gradbook") });
    expect(code).toBe(0);
    expect(sandbox.spec(sandbox.data, "gradbook")).toEqual(specOf("TypeScript (gradbook)"));
  });
});

describe("removing", () => {
  test.each([["--uninstall"], ["uninstall"]])("%s takes away the kernel's folder and nothing else", (command) => {
    sandbox.run(["--user"]);
    sandbox.run(["--user", "--name", "kept"]);
    const { code, stdout } = sandbox.run([command, "--user"]);
    expect(code).toBe(0);
    expect(stdout).toBe(`Removed: kernel "gradbook" from ${join(sandbox.data, "kernels", "gradbook")}\n`);
    expect(readdirSync(join(sandbox.data, "kernels"))).toEqual(["kept"]);
  });

  test("removing what is not there fails and says where it looked", () => {
    const { code, stderr } = sandbox.run(["--user", "--uninstall"]);
    expect(code).toBe(1);
    expect(stderr).toBe(`There is no kernel to remove at ${join(sandbox.data, "kernels", "gradbook")}\n`);
  });
});

describe("a folder that is not ours", () => {
  const foreign = {
    argv: ["python", "-m", "ipykernel", "-f", "{connection_file}"],
    display_name: "Theirs",
    language: "python",
  };
  let folder: string;
  beforeEach(() => {
    folder = join(sandbox.data, "kernels", "gradbook");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "kernel.json"), JSON.stringify(foreign));
  });

  test("is not overwritten", () => {
    const { code, stderr } = sandbox.run(["--user"]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `${folder} exists already and was not written by gradbook: choose another name with --name, or remove it yourself\n`,
    );
    expect(sandbox.spec(sandbox.data, "gradbook")).toEqual(foreign);
  });

  test("is not removed", () => {
    const { code, stderr } = sandbox.run(["--user", "--uninstall"]);
    expect(code).toBe(1);
    expect(stderr).toBe(`${folder} was not written by gradbook, so it is left alone\n`);
    expect(sandbox.spec(sandbox.data, "gradbook")).toEqual(foreign);
  });
});

describe("a command line that makes no sense", () => {
  const where = "Where should the kernel go? Give one of --user, --sys-prefix and --prefix DIR";
  const named = (name: string) =>
    `"${name}" cannot be a kernel's name: expected ASCII letters, digits, "." "_" and "-", such as gradbook-dev`;

  test.each<[string[], number, string]>([
    [[], 2, where],
    [["--uninstall"], 2, where],
    [["--user", "--prefix", "x"], 2, "--user and --prefix name different places: give one of them"],
    [["--user", "--sys-prefix"], 2, "--user and --sys-prefix name different places: give one of them"],
    [["--usr"], 2, "Unknown option '--usr'"],
    [["--prefix"], 2, "Option '--prefix <value>' argument missing"],
    [["--prefix", ""], 2, "--prefix needs a folder, but the one given is empty"],
    [["remove", "--user"], 2, '"remove" is no command: expected install, uninstall, doctor or report'],
    [["install", "--user", "--uninstall"], 2, '"install" contradicts --uninstall'],
    [["--user", "--name", "two words"], 1, named("two words")],
    [["--user", "--name", "../escape"], 1, named("../escape")],
    [["--user", "--name", ".."], 1, named("..")],
    [["--user", "--name", ""], 1, named("")],
    [["--user", "--name", "noyau-é"], 1, named("noyau-é")],
  ])("%j says what is wrong with it", (args, code, message) => {
    const outcome = sandbox.run(args);
    expect(outcome).toEqual({ code, stdout: "", stderr: `${message}\n${code === 2 ? "See: gradbook --help\n" : ""}` });
    expect(existsSync(sandbox.data)).toBe(false);
  });

  test("--help and --version go to standard output and succeed", () => {
    const help = sandbox.run(["--help"]);
    expect(help.code).toBe(0);
    for (const option of ["--user", "--sys-prefix", "--prefix DIR", "--name NAME", "--uninstall", "--doctor"]) {
      expect(help.stdout).toContain(option);
    }
    expect(sandbox.run(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });
});

describe("a place that cannot be used", () => {
  test("a file where a folder is needed is named", () => {
    writeFileSync(sandbox.path("file"), "");
    const { code, stderr } = sandbox.run(["--prefix", sandbox.path("file")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Cannot write the kernelspec to .*: a file stands where a folder is needed/);
  });

  // Root may write anywhere, so a child with another user id stands in for an ordinary user.
  const asRoot = process.getuid?.() === 0;
  (process.platform === "win32" ? test.skip : test)(
    "a folder of somebody else's gives the reason and two ways out",
    () => {
      chmodSync(sandbox.folder, 0o755);
      mkdirSync(sandbox.path("theirs"));
      chmodSync(sandbox.path("theirs"), 0o555);
      // The package itself has to be readable by that user too.
      const copy = sandbox.path("package");
      mkdirSync(join(copy, "dist", "kernel"), { recursive: true });
      cpSync(join(repository, "kernel", "logos"), join(copy, "kernel", "logos"), { recursive: true });
      for (const name of readdirSync(join(repository, "dist")).filter(
        (name) => name === "chunks" || name.endsWith(".js"),
      )) {
        cpSync(join(repository, "dist", name), join(copy, "dist", name), { recursive: true });
      }
      writeFileSync(join(copy, "dist", "kernel", "main.js"), "");
      cpSync(join(repository, "package.json"), join(copy, "package.json"));
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(copy, "dist", "install.js"), "--prefix", sandbox.path("theirs")],
        { cwd: sandbox.folder, env: sandbox.env(), encoding: "utf8", ...(asRoot && { uid: 65534, gid: 65534 }) },
      );
      expect(status).toBe(1);
      expect(stderr).toMatch(/permission denied: install with --user, or choose a folder of yours with --prefix\n$/);
    },
  );

  test("--sys-prefix without Python says so and names the other way", () => {
    const { code, stderr } = sandbox.run(["--sys-prefix"], { env: { PATH: sandbox.folder } });
    expect(code).toBe(1);
    expect(stderr).toBe(
      "--sys-prefix needs Python, and none runs on PATH: activate the environment, or use --prefix with its folder\n",
    );
  });

  test("a GRADBOOK_PYTHON that does not run is named", () => {
    const missing = sandbox.path("no-python");
    const { code, stderr } = sandbox.run(["--sys-prefix"], { env: { GRADBOOK_PYTHON: missing } });
    expect(code).toBe(1);
    expect(stderr).toContain(`GRADBOOK_PYTHON is ${missing}, which does not run`);
  });
});
