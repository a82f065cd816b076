import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { useWords } from '../ui/language.tsx';
import { Screen } from '../ui/screen.tsx';
import { shellWords } from './words/shell.ts';

/** A bug of ours: it is said, and the way back to where she was is one button. */
export class Boundary extends Component<
  { readonly children: ReactNode },
  { readonly failed: boolean }
> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const say = useWords(shellWords);
  return (
    <Screen
      title={say('broken')}
      lead={say('brokenNote')}
      actions={
        <Button kind="primary" onPress={() => window.location.reload()}>
          {say('reload')}
        </Button>
      }
    />
  );
}
