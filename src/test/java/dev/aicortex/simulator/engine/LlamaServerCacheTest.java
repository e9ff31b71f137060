package dev.aicortex.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.simulator.SimulatedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is evaluated since Ollama 0.30, as it was measured on 0.33. Each prompt begins with the four
 * tokens that a template gives them all.
 */
class LlamaServerCacheTest {
    private static final int LARGE = 8_192;
    private static final String TEMPLATE = words("template", 4);
    private static final Tokens A = prompt(words("a", 350));
    private static final Tokens B = prompt(words("b", 350));
    private static final Tokens C = prompt(words("c", 350));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void evaluatesOnlyTheLastTokenOfTheSamePromptAgain(int places) {
        assertThat(evaluated(cache(places), A, A, A)).containsExactly(354, 1, 1);
    }

    @ParameterizedTest
    @CsvSource({"1, 350", "2, 354", "4, 354"})
    void twoPromptsByTurnsAreBothKept(int places, int second) {
        assertThat(evaluated(cache(places), A, B, A, B, A, B))
                .containsExactly(354, second, 1, 1, 1, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void threePromptsByTurnsAreAllKept(int places) {
        assertThat(evaluated(cache(places), A, B, C, A, B, C)).endsWith(1, 1, 1);
    }

    @ParameterizedTest
    @CsvSource({"2, 354, 350", "4, 354, 354", "2, 1209, 1205", "4, 1209, 1209"})
    void whatRanAtOnceIsStillThereAfterAThird(int places, int length, int third) {
        Tokens one = prompt(words("one", length - 4));
        Tokens two = prompt(words("two", length - 4));
        Tokens three = prompt(words("three", length - 4));
        PromptCache cache = cache(places);
        PromptCache.Place first = begin(cache, one);
        PromptCache.Place second = begin(cache, two);
        end(first);
        end(second);
        assertThat(evaluated(cache, one, two, one, two, three, one, two))
                .containsExactly(1, 1, 1, 1, third, 1, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void tenConversationsThatShareNothingGoOnFromWhereTheyWere(int places) {
        assertThat(turns(cache(places), 10, 0, 605)).containsExactly(List.of(605), List.of(41));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void tenConversationsThatShareAThirdGoOnFromWhereTheyWere(int places) {
        assertThat(turns(cache(places), 10, 300, 605))
                .containsExactly(List.of(905, 605), List.of(41));
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 10", "4, 10", "1, 30", "2, 30", "4, 30"})
    void conversationsThatShareMostOfTheirPromptOverwriteEachOther(int places, int conversations) {
        PromptCache cache = cache(places);
        assertThat(turns(cache, conversations, 1_009, 105))
                .containsExactly(List.of(1_114, 105), List.of(149), List.of(193));
        assertThat(cache.places.stream().filter(place -> place.left() > 0)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aShortRequestWithTheSameSystemPromptCostsALongConversation(int places) {
        PromptCache cache = cache(places);
        Conversation chat = new Conversation(words("system", 300), words("long", 2_005));
        assertThat(chat.turn(cache)).isEqualTo(2_305);
        assertThat(chat.turn(cache)).isEqualTo(41);
        Tokens title = Tokens.of(words("system", 300) + " " + words("title", 25));
        assertThat(evaluated(cache, title)).containsExactly(25);
        assertThat(chat.turn(cache)).isEqualTo(2_093);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aShortRequestThatSharesNothingCostsAConversationNothing(int places) {
        PromptCache cache = cache(places);
        Conversation chat = new Conversation(words("system", 300), words("long", 2_005));
        chat.turn(cache);
        assertThat(evaluated(cache, Tokens.of(words("title", 45)))).containsExactly(45);
        assertThat(chat.turn(cache)).isEqualTo(41);
    }

    @Test
    void aTenthOfThePromptIsNotEnoughToFindAPlace() {
        Tokens held = Tokens.of(words("x", 12));
        assertThat(evaluated(cache(2), held, Tokens.of(words("x", 10) + words(" y", 90))))
                .as("another place")
                .containsExactly(12, 100);
        assertThat(evaluated(cache(2), held, Tokens.of(words("x", 11) + words(" y", 89))))
                .as("the same")
                .containsExactly(12, 89);
    }

    @Test
    void theLastOfThePlacesThatWereNeverUsedIsFirst() {
        PromptCache cache = cache(3);
        evaluated(cache, A, B, C);
        assertThat(cache.places)
                .extracting(place -> place.kept().common(C))
                .containsExactly(354, 4, 4);
        assertThat(cache.places)
                .extracting(place -> place.kept().common(A))
                .containsExactly(4, 4, 354);
    }

    @ParameterizedTest
    @CsvSource({"20, 100", "33, 67"})
    void memoryGivesBackOnlyWhatIsOfUseByAQuarter(int common, int expected) {
        PromptCache cache = cache(1);
        evaluated(cache, Tokens.of(words("x", 100)), B);
        Tokens asked = Tokens.of(words("x", common) + " " + words("y", 100 - common));
        assertThat(evaluated(cache, asked).getFirst()).isEqualTo(expected);
    }

    @Test
    void whatComesBackFromMemoryIsNoLongerThere() {
        PromptCache cache = cache(2);
        evaluated(cache, A, B, C);
        PromptCache.Place a = begin(cache, A);
        assertThat(a.uncachedTokens()).isEqualTo(1);
        assertThat(begin(cache, A).uncachedTokens()).isEqualTo(350);
    }

    @Test
    void withoutMemoryOnlyThePlacesKeepPrompts() {
        assertThat(evaluated(cache(1, 0), A, B, A, B)).containsExactly(354, 350, 350, 350);
        assertThat(evaluated(cache(2, 0), A, B, A, B)).containsExactly(354, 354, 1, 1);
    }

    @Test
    void theOldestLeavesMemoryFirst() {
        int roomForTwo = 100;
        assertThat(evaluated(cache(1, roomForTwo), A, B, C, prompt("d"), A, B))
                .containsExactly(354, 350, 350, 1, 350, 1);
        assertThat(evaluated(cache(1, -1), A, B, C, prompt("d"), A, B)).endsWith(1, 1);
        assertThat(evaluated(cache(1, 1), A, B, A)).as("one always stays").endsWith(1);
    }

    @Test
    void whatWasEvaluatedForAClientThatLeftIsKept() {
        PromptCache cache = cache(1);
        Tokens prompt = Tokens.of(words("x", 3_009));
        PromptCache.Place place = begin(cache, prompt);
        place.stopped(3_009 / 2);
        place.leave();
        assertThat(place.evaluatedTokens()).isEqualTo(1_536);
        assertThat(evaluated(cache, prompt)).containsExactly(1_473);
    }

    @Test
    void aPlaceThatIsBusyLendsNothing() {
        Tokens prompt = Tokens.of(words("x", 909));
        PromptCache evaluating = cache(2);
        begin(evaluating, prompt);
        assertThat(begin(evaluating, prompt).uncachedTokens()).isEqualTo(909);
        PromptCache answering = cache(2);
        begin(answering, prompt).evaluated();
        assertThat(begin(answering, prompt).uncachedTokens()).isEqualTo(909);
    }

    @Test
    void aCopyOfAnIdlePlaceServesWhileThatPlaceIsBusy() {
        PromptCache cache = cache(2);
        evaluated(cache, A, B);
        PromptCache.Place first = begin(cache, A);
        assertThat(first.uncachedTokens()).isEqualTo(1);
        assertThat(begin(cache, A).uncachedTokens()).isEqualTo(1);
    }

    /** As gemma3 was measured with 4,096 tokens of context; the others above attend to all. */
    @Nested
    class WithASlidingWindow {
        private final PromptCache cache = windowed(1);

        private static PromptCache windowed(int places) {
            SlidingWindow window = SlidingWindow.of(SimulatedModel.gemma3(), 4_096);
            return new LlamaServerCache(LARGE, places, window);
        }

        @ParameterizedTest
        @CsvSource({"354, 5", "1209, 1"})
        void theSamePromptIsHardlyEvaluatedAgain(int length, int again) {
            Tokens prompt = Tokens.of(words("x", length));
            assertThat(evaluated(cache, prompt, prompt, prompt))
                    .containsExactly(length, again, again);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 4})
        void promptsByTurnsAreKept(int places) {
            assertThat(evaluated(windowed(places), A, B, C, A, B, C))
                    .containsExactly(354, 354, 354, 5, 5, 5);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 4})
        void tenConversationsGoOnFromWhereTheyWere(int places) {
            assertThat(turns(windowed(places), 10, 0, 605))
                    .containsExactly(List.of(605), List.of(41));
        }

        @ParameterizedTest
        @CsvSource({"1009, 105, 105, 105", "1500, 309, 105, 105"})
        void whatDiffersLessThanABatchBeforeTheEndIsUsedUpToThere(
                int common, int before, int own, int expected) {
            assertThat(second(common, before, own)).isEqualTo(expected);
        }

        @ParameterizedTest
        @CsvSource({"300, 614, 614", "1014, 1200, 1200", "600, 1209, 109"})
        void whatDiffersEarlierIsEvaluatedWhole(int common, int before, int own) {
            assertThat(second(common, before, own)).isEqualTo(common + own);
        }

        @Test
        void anEditedMessageIsEvaluatedFromTheLastCheckpoint() {
            String first = words("first", 2_000);
            String answered = first + " an answer ends ";
            int checkpoint = 2_000 - 4 - 512;
            assertThat(
                            evaluated(
                                    cache,
                                    Tokens.of(first),
                                    Tokens.of(answered + words("second", 1_000)),
                                    Tokens.of(answered + words("edited", 1_000))))
                    .containsExactly(2_000, 1_000, 3_003 - (checkpoint - 1));
        }

        @Test
        void aLongBeginningThatIsSharedIsUsedUpToTheFirstCheckpoint() {
            String system = words("system", 3_000);
            evaluated(cache, Tokens.of(system), Tokens.of(system + words(" long", 2_000)));
            assertThat(evaluated(cache, Tokens.of(system + words(" other", 50))))
                    .containsExactly(3_050 - (3_000 - 4 - 512 - 1));
        }

        @Test
        void aLargerContextHasLargerBatches() {
            assertThat(IntStream.of(4_096, 4_097, 32_768, 32_769))
                    .extracting(all -> SlidingWindow.of(SimulatedModel.gemma3(), all).batch())
                    .containsExactly(512, 1_024, 1_024, 2_048);
            assertThat(SlidingWindow.of(SimulatedModel.llama32(), 4_096))
                    .isEqualTo(SlidingWindow.NONE);
        }

        /** What of a prompt is evaluated whose beginning another one had before it. */
        private int second(int common, int before, int own) {
            String shared = words("shared", common) + " ";
            return evaluated(
                            cache,
                            Tokens.of(shared + words("before", before)),
                            Tokens.of(shared + words("own", own)))
                    .getLast();
        }
    }

    /** A chat whose answers have three words and whose users go on with 41. */
    private static final class Conversation {
        private final String own;
        private String text;
        private int turns;

        Conversation(String shared, String own) {
            this.own = own;
            this.text = shared + " " + own;
        }

        int turn(PromptCache cache) {
            if (turns > 0) {
                text += " " + answer() + " " + words(own.hashCode() + "more" + turns, 41);
            }
            turns++;
            PromptCache.Place place = begin(cache, Tokens.of(text));
            place.evaluated();
            place.answered(Tokens.of(answer()));
            place.leave();
            return place.evaluatedTokens();
        }

        private String answer() {
            return words(own.hashCode() + "answer" + turns, 3);
        }
    }

    /** What each turn of so many conversations costs, by turns; each figure once. */
    private static List<List<Integer>> turns(PromptCache cache, int count, int shared, int own) {
        List<Conversation> chats =
                IntStream.range(0, count)
                        .mapToObj(i ->
                                new Conversation(words("shared", shared), words("own" + i, own)))
                        .toList();
        int rounds = shared > own ? 3 : 2;
        List<List<Integer>> costs = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            costs.add(chats.stream().map(chat -> chat.turn(cache)).distinct().toList());
        }
        return costs;
    }

    /** What of each prompt is evaluated, one after the other; each is answered with three words. */
    private static List<Integer> evaluated(PromptCache cache, Tokens... prompts) {
        return Stream.of(prompts)
                .map(prompt -> {
                    PromptCache.Place place = begin(cache, prompt);
                    end(place);
                    return place.evaluatedTokens();
                })
                .toList();
    }

    private static PromptCache.Place begin(PromptCache cache, Tokens prompt) {
        return cache.take(prompt);
    }

    private static void end(PromptCache.Place place) {
        place.evaluated();
        place.answered(Tokens.of("an answer ends"));
        place.leave();
    }

    private static PromptCache cache(int places) {
        return cache(places, LARGE);
    }

    private static PromptCache cache(int places, int ram) {
        return new LlamaServerCache(ram, places, SlidingWindow.NONE);
    }

    private static Tokens prompt(String text) {
        return Tokens.of(TEMPLATE + " " + text);
    }

    private static String words(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + i).collect(Collectors.joining(" "));
    }
}
