// pdf.js's worker, transpiled to the floor like everything else (its own builds want newer browsers).
import '../floor/polyfills.ts';
import 'pdfjs-dist/build/pdf.worker.mjs';
