/** The <code>/v1/messages</code> routes and Anthropic's error envelope. */
@NullMarked
package dev.aicortex.http.anthropic;

import org.jspecify.annotations.NullMarked;
