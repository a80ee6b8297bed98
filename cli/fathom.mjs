#!/usr/bin/env node
import { importTypeScript } from "./tsx.mjs";

importTypeScript(new URL("./main.ts", import.meta.url)).then((main) => main.run());
