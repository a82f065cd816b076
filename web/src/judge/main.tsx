import { mount } from '../ui/mount.tsx';
import { JudgePage } from './page.tsx';

mount(<JudgePage />);
