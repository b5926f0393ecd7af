import { installed, type Language } from "./language.ts";

const PUBLIC_CLASS =
  /^\s*public\s+(?:(?:final|abstract|strictfp)\s+)*(?:class|record|interface|enum)\s+(\w+)/m;

/** Java; its file has the name of the public class, or `Main`. */
export const java: Language = {
  names: ["java"],
  file: (code) => `${PUBLIC_CLASS.exec(code)?.[1] ?? "Main"}.java`,
  async toolchain() {
    return { ...await installed("java", "javac", "java"), binds: await javaSettings() };
  },
  compile: (file) => ["javac", "-J-XX:TieredStopAtLevel=1", "-encoding", "UTF-8", "-d", ".", file],
  run: (file) => {
    const name = file.replace(/\.java$/, "");
    return ["java", "-XX:+UseSerialGC", "-Xss64m", "-cp", ".", name];
  },
  reserves: true,
};

/** Where distributions keep the settings of their Java, outside of its own folder. */
async function javaSettings(): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/etc")) {
    if (name.startsWith("java")) found.push(`/etc/${name}`);
  }
  return found;
}
