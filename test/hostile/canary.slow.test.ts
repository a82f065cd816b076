/** The small canary search, for every check: two hundred values, up to the first documents. */
import { tellCanaryStory } from './canary-story.ts';

tellCanaryStory({ seed: 20_261_122, personsCount: 40, erasedCount: 6, signersCount: 0 });
