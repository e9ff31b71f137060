import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** What users say: words of three letters, each of which is a token to the simulated servers. */
final class FleetWords {
    private static final String MODEL = "llama3.2:3b";

    private final FleetOptions options;
    private final String system;

    FleetWords(FleetOptions options) {
        this.options = options;
        this.system = words(new SplittableRandom(options.seed()), options.systemTokens());
    }

    /** From a half to one and a half, all equally likely. */
    static double around(RandomGenerator random) {
        return 0.5 + random.nextDouble();
    }

    Conversation conversation() {
        return new Conversation(system);
    }

    String question(RandomGenerator random) {
        return words(random, (int) (options.turnTokens() * around(random)));
    }

    int answerTokens(RandomGenerator random) {
        return Math.max(1, (int) (options.answerTokens() * around(random)));
    }

    /** A body of its own: nothing of it is in any cache. */
    String batch(RandomGenerator random) {
        return body(false, answerTokens(random),
                message("user", words(random, (int) (options.batchTokens() * around(random)))));
    }

    private static String words(RandomGenerator random, int count) {
        var text = new StringBuilder(4 * count);
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ");
            for (int letter = 0; letter < 3; letter++) {
                text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return text.toString();
    }

    private static String message(String role, String escaped) {
        return "{\"role\":\"" + role + "\",\"content\":\"" + escaped + "\"}";
    }

    private static String body(boolean stream, int answerTokens, CharSequence messages) {
        return "{\"model\":\"" + MODEL + "\",\"stream\":" + stream + ",\"max_tokens\":" + answerTokens
                + ",\"messages\":[" + messages + "]}";
    }

    /** Grows turn by turn; what was said before is sent again each time. */
    static final class Conversation {
        private final StringBuilder messages;

        private Conversation(String system) {
            this.messages = new StringBuilder(message("system", system));
        }

        void ask(String question) {
            messages.append(',').append(message("user", question));
        }

        void answered(String escaped) {
            messages.append(',').append(message("assistant", escaped));
        }

        String body(int answerTokens) {
            return FleetWords.body(true, answerTokens, messages);
        }
    }
}
