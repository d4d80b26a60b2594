/* A page to look at and to print: in a tab of its own, where it can do nothing (serve/reply.h: reply_to_print). */
import type { ComponentChildren } from 'preact';

export function ToPrint({ href, label, children }: { href: string; label?: string; children: ComponentChildren }) {
    return <a class="plain" href={href} target="_blank" rel="noopener" aria-label={label}>{children}</a>;
}
