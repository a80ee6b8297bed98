import { test } from "vitest";
import { tamper } from "./test-tampering.ts";

test("100,000 tampered logs are all detected", () => {
  tamper(100_000);
});
