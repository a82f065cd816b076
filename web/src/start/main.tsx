import { mount } from '../ui/mount.tsx';
import { StartPage } from './page.tsx';

mount(<StartPage />);
