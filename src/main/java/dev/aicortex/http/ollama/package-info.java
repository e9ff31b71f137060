/** The <code>/api</code> routes and their error envelope. */
@NullMarked
package dev.aicortex.http.ollama;

import org.jspecify.annotations.NullMarked;
