// Notices outside of the page: only those browsers give them that can, and only to whom their owner allowed it.

/** Whether the browser shows them: its owner was not asked yet, or this site cannot have them at all. */
export type Permission = NotificationPermission | 'missing'

/** What the browser says now. */
export function readPermission(): Permission {
  return isSecureContext && 'Notification' in window ? Notification.permission : 'missing'
}

/** Asks the owner of the browser; only ever right after he pressed a button for it. */
export async function askPermission(): Promise<Permission> {
  return readPermission() === 'missing' ? 'missing' : Notification.requestPermission()
}

/** What is shown outside of the page. */
export type Outside = {
  readonly title: string
  readonly body: string
  /** Two windows that tell the same show one notice. */
  readonly tag: string
  readonly open: () => void
}

/** Shows a notice outside of the page, where that is allowed. */
export function showOutside({ title, body, tag, open }: Outside): void {
  if (readPermission() !== 'granted') return
  try {
    const notice = new Notification(title, { body, tag })
    notice.addEventListener('click', () => {
      window.focus()
      open()
      notice.close()
    })
  } catch {
    // Browsers of phones have the class, and give it to nobody: the notice on the page is there.
  }
}
