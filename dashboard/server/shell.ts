/** The page before its script runs, for the server and for reports. */

/** The document with its style and script put in. */
export function shell(
  parts: { style: string; script: string; head?: string; data?: string },
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${parts.head ?? ""}<title>Emend</title>
<link rel="icon" href="data:,">
${parts.style}
</head>
<body>
<noscript>These pages need JavaScript.</noscript>
<div id="page"></div>
${parts.data ?? ""}${parts.script}
</body>
</html>
`;
}
