/**
 * Pure decisions: which server next, and whether to try again. No input or output; tested without a
 * server.
 */
@NullMarked
package dev.aicortex.routing;

import org.jspecify.annotations.NullMarked;
