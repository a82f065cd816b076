/** The full canary search: every canary there is, some with signed and paid-out contracts. */

import { tellCanaryStory } from './canary-story.ts';
import { personsMax } from './canary-values.ts';

tellCanaryStory({ seed: 20_261_123, personsCount: personsMax, erasedCount: 12, signersCount: 8 });
