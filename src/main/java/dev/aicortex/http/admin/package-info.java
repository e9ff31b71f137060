/** What an operator asks: fleet, health, configuration. */
@NullMarked
package dev.aicortex.http.admin;

import org.jspecify.annotations.NullMarked;
