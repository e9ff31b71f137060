/** What all routes share: request ids and the answers to paths that do not exist. */
@NullMarked
package dev.aicortex.http;

import org.jspecify.annotations.NullMarked;
