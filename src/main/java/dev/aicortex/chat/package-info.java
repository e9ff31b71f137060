/**
 * Chats that begin in this process: one more kind of client of the gateway's dispatch, which reads
 * its answer line by line.
 */
@NullMarked
package dev.aicortex.chat;

import org.jspecify.annotations.NullMarked;
