import { mount } from '../ui/mount.tsx';
import { SignerPage } from './page.tsx';

mount(<SignerPage />);
