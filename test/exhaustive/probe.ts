import { REAL_RULES } from './rules.ts';
import { search } from './search.ts';

const variant = JSON.parse(process.argv[2] ?? '{}');
const r = search({ name: 'probe', requests: 3, tabs: 'shared', ...variant }, REAL_RULES);
console.log(process.argv[2], r, Math.round(process.memoryUsage().rss / 1e6) + 'MB');
