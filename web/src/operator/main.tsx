import { mount } from '../ui/mount.tsx';
import { OperatorPage } from './page.tsx';

mount(<OperatorPage />);
