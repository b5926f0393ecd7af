export function pyodide(): Promise<never> {
  return Promise.reject(new Error("not yet"));
}
