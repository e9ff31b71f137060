/**
 * What the page and {@code aicortex top} look at: the fleet as a stream of what changes, and the
 * last requests. {@code Feed} looks at the fleet while somebody listens, and only then.
 */
@NullMarked
package dev.aicortex.http.events;

import org.jspecify.annotations.NullMarked;
