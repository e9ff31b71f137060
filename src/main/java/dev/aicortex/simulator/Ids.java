package dev.aicortex.simulator;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** The identifiers that answers carry: random, as Ollama's are, since nothing may rely on them. */
final class Ids {
    private Ids() {}

    /** For {@code chatcmpl-} and {@code cmpl-}. */
    static int small() {
        return ThreadLocalRandom.current().nextInt(999);
    }

    /** For {@code resp_} and the messages in it. */
    static int large() {
        return ThreadLocalRandom.current().nextInt(999_999);
    }

    /** Twelve bytes in hexadecimal, for {@code msg_} and {@code req_}. */
    static String hex() {
        byte[] bytes = new byte[12];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
