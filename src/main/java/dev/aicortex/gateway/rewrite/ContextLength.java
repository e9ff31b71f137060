package dev.aicortex.gateway.rewrite;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.LiveConfig;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.PerModel;
import dev.aicortex.model.ValidationException;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How many tokens of context a request is to have: what is set for the model, else what is set for
 * all; a header may ask for more. What a client has among its options is met by a model that is in
 * memory with as much, so that a number which moves from turn to turn loads nothing anew.
 */
@Singleton
public class ContextLength implements LiveConfig.Part {
    static final String HEADER = "X-Cortex-Num-Ctx";

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    /** So that small wishes do not each have a tag of their own. */
    private static final int SMALLEST = 1_024;

    private volatile Lengths lengths;

    /** While nobody wants a length, no server has to be looked at for one. */
    private volatile boolean used;

    ContextLength(CortexConfig config) {
        this.lengths = Lengths.of(config.context());
    }

    /** What is set. */
    private record Lengths(PerModel<Integer> set, List<Integer> sizes, boolean keep) {
        static Lengths of(CortexConfig.Context config) {
            return new Lengths(
                    PerModel.of(config.numCtx().orElse(0), config.models()),
                    config.sizes().orElse(List.of()),
                    config.keep());
        }

        /** The smallest size that is enough; empty when none is. */
        Optional<Integer> next(int asked) {
            return sizes.isEmpty()
                    ? Optional.of(Math.max(SMALLEST, Integer.highestOneBit(asked - 1) << 1))
                    : sizes.stream().filter(size -> size >= asked).min(Comparator.naturalOrder());
        }
    }

    @Override
    public Runnable prepared(CortexConfig next) {
        Lengths others = Lengths.of(next.context());
        return () -> lengths = others;
    }

    /**
     * A length that a request needs.
     *
     * @param tokens 0 = each server's own
     * @param load what a model that is not in memory is loaded with; at least as much
     * @param reload what one is loaded with anew that is in memory with less; at least as much
     * @param orMore whether a server that has the model in memory with more is as good
     */
    public record Wish(int tokens, int load, int reload, boolean orMore) {
        public static final Wish NONE = new Wish(0, true);

        public Wish(int tokens, boolean orMore) {
            this(tokens, tokens, tokens, orMore);
        }

        public boolean none() {
            return tokens == 0;
        }

        /** Whether a client has worked it out, and may have another one next time. */
        boolean grows() {
            return reload > tokens;
        }

        /**
         * What to ask for there: another length than it is in memory with would load it anew. What
         * is set for the model gives way only to a longer one that a request asked for.
         */
        public int on(Holding holding) {
            int there = orMore ? holding.contextLength() : holding.askedLength();
            boolean grown = there > 0 && holding.askedLength() > 0;
            return none() ? 0 : there >= tokens ? there : grown ? reload : load;
        }

        /** Whether the server has to load the model anew for it, though it is in memory. */
        boolean reloads(Holding holding) {
            return none()
                    ? holding.askedLength() > 0
                    : holding.resident()
                            && holding.contextLength() > 0
                            && on(holding) != holding.contextLength();
        }

        /** Whether the model is in memory there as this needs it, or not at all. */
        private boolean suits(Holding holding) {
            int there = holding.contextLength();
            boolean enough = orMore ? there >= tokens : there == tokens;
            return none() ? !reloads(holding) : there == 0 || enough;
        }
    }

    /**
     * The servers that keep a model's lengths apart: those that have it in memory as this needs it
     * or not at all; else those that have more; else, where a load anew is the only way, all. One
     * that has most of the prompt in its caches counts as fitting for a length that grows with its
     * conversation: loaded anew there once, it fits for the next turns; elsewhere it would be
     * loaded again and again.
     *
     * @param tried those that a request has been to
     */
    public Pool apart(Pool pool, Wish wish, PromptBlocks prompt, Collection<Server> tried) {
        if (!used) {
            return pool;
        }
        Pool fitting =
                without(
                        holding -> !wish.suits(holding) && !(wish.grows() && has(holding, prompt)),
                        pool);
        if (fitting.size() == pool.size() || fitting.open(tried)) {
            return fitting;
        }
        Pool still = without(wish::reloads, pool);
        return still.open(tried) ? still : pool;
    }

    private static boolean has(Holding holding, PromptBlocks prompt) {
        return holding.cachedBytes(prompt) * 2 > prompt.bytes();
    }

    private static Pool without(Predicate<Holding> kind, Pool pool) {
        return pool.without(
                IntStream.range(0, pool.size())
                        .mapToObj(pool::holding)
                        .filter(kind)
                        .map(Holding::server)
                        .toList());
    }

    /** What is set for a model. */
    public Wish of(ModelName model) {
        Lengths now = lengths;
        int tokens = model.cloud() ? 0 : now.set.of(model);
        return tokens == 0 ? Wish.NONE : new Wish(tokens, false);
    }

    /**
     * What a request for a model needs.
     *
     * @param header as the client sent it
     * @throws ValidationException when it is no number of tokens
     */
    public Wish of(ModelName model, @Nullable String header) {
        Wish wish = of(model);
        used |= header != null || !wish.none();
        int asked = header == null ? 0 : parse(header.strip());
        if (asked == 0 || asked == wish.tokens) {
            return wish;
        }
        return asked < wish.tokens ? new Wish(wish.tokens, true) : new Wish(rounded(asked), true);
    }

    /**
     * The same where the client asks for a length among its options, too.
     *
     * @param own that length, in tokens; 0 = none
     */
    Wish of(ModelName model, @Nullable String header, int own) {
        Wish wish = of(model, header);
        Lengths now = lengths;
        if (own == 0 || !now.keep) {
            return wish;
        }
        used = true;
        int least = header == null ? own : Math.max(own, wish.tokens);
        int next = now.next(own).orElse(own);
        int load = now.sizes.isEmpty() ? withRoom(own) : next;
        return new Wish(least, Math.max(load, wish.tokens), Math.max(next, wish.tokens), true);
    }

    /**
     * What a model is first loaded with for a client's own length. A round one was set by somebody
     * who knows what a server has room for, and stays. Another one was worked out from a prompt
     * that grows: it gets up to a quarter more, so that the next turns fit.
     */
    private static int withRoom(int own) {
        boolean round = own % 100 == 0 || own % 256 == 0;
        int step = Math.max(1, Integer.highestOneBit(own) / 4);
        return round ? own : Math.ceilDiv(own, step) * step;
    }

    /** Whether a length among a client's options may become a longer one. */
    boolean keeps() {
        return lengths.keep;
    }

    private int rounded(int asked) {
        Lengths now = lengths;
        return now.next(asked)
                .orElseThrow(() ->
                        ValidationException.of(
                                HEADER,
                                asked,
                                "is more than the largest of cortex.context.sizes",
                                "send one of " + now.sizes + ", or less"));
    }

    private static int parse(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw ValidationException.of(
                    HEADER, text, "is no context length", "send a number of tokens, as in 8192");
        }
        return Integer.parseInt(text);
    }
}
