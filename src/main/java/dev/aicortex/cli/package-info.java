/**
 * One command a class. Most ask a running AI Cortex over HTTP; those of the catalogue's files work
 * on its folder by themselves.
 */
@NullMarked
package dev.aicortex.cli;

import org.jspecify.annotations.NullMarked;
