/** What `npm run setup`, `npm run demo`, `npm run book`, `npm run gallery` and `npm test` do once the npm packages are there. */
import { book } from "./book.ts";
import { ensureBuild } from "./build.ts";
import { ensureChromium } from "./chromium.ts";
import { demo } from "./demo.ts";
import { gallery } from "./gallery.ts";
import { ensureEngine } from "./native.ts";
import { ensureKernel, ensureOldNbconvert, ensurePython } from "./python.ts";
import { StepError } from "./step.ts";
import { runTests } from "./tests.ts";

async function setUp(): Promise<void> {
  await ensureBuild();
  await ensureEngine();
  await ensurePython();
  await ensureKernel();
}

async function main([command = "setup", ...args]: string[]): Promise<number> {
  switch (command) {
    case "setup":
      await setUp();
      return 0;
    case "demo":
      await setUp();
      await demo(args[0]);
      return 0;
    case "book":
      await setUp();
      await book(args[0]);
      return 0;
    case "gallery":
      await setUp();
      await gallery(args[0]);
      return 0;
    case "test":
      await setUp();
      await ensureOldNbconvert();
      return await runTests(args, await ensureChromium());
    default:
      throw new StepError(
        `"${command}" is no command`,
        "Type: npm run setup, npm run demo, npm run book, npm run gallery or npm test",
      );
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(`✗ ${error.message}\n  → ${error.advice}`);
  process.exitCode = 1;
}
