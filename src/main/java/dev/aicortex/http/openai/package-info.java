/** The <code>/v1</code> routes and their error envelope. */
@NullMarked
package dev.aicortex.http.openai;

import org.jspecify.annotations.NullMarked;
