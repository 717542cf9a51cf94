// Makes kade-1.4.0.txt: node tests/reference/kade_horst.mjs HORST > tests/reference/kade-1.4.0.txt
// HORST is horstMain.js of KADE 1.4.0 (Banasick), made to run in node: ".js" on its relative imports,
// structuredClone for lodash's cloneDeep, and an empty state object for the window's.

import fs from 'node:fs';
import path from 'node:path';

const horst = (await import(path.resolve(process.argv[2]))).default;
const file = 'tests/stats/data/lipset/expected_correlations_pearson.csv';
const r = fs.readFileSync(file, 'utf8').trim().split('\n').slice(1)
  .map((line) => line.split(',').slice(1).map(Number));

const print = console.log;
console.log = () => {}; // KADE prints where it does not converge
print('# KADE 1.4.0, node', process.versions.node);
for (const factors of [1, 2, 3]) {
  const found = horst(factors, false, structuredClone(r), 33, 1000, 1e-6);
  print(`horst.${factors}.converged`, found.didNotConverge ? 0 : 1);
  found.fMatrix.forEach((loadings, factor) =>
    print(`horst.${factors}.${factor + 1}`, ...loadings.map((x) => x.toFixed(7))));
}
