package dev.aicortex.translate;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** The identifiers that answers carry, in the forms that Ollama gives them. */
final class Ids {
    private static final int NUMBERS = 1_000_000_000;

    private Ids() {}

    static String numbered(String prefix) {
        return prefix + ThreadLocalRandom.current().nextInt(NUMBERS);
    }

    static String call() {
        return "call_" + hex(4);
    }

    static String message() {
        return "msg_" + hex(12);
    }

    private static String hex(int length) {
        byte[] bytes = new byte[length];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
