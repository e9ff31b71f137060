package dev.aicortex.routing;

import static dev.aicortex.model.Priority.BATCH;
import static dev.aicortex.model.Priority.INTERACTIVE;
import static dev.aicortex.model.Priority.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.model.Priority;
import dev.aicortex.routing.WaitingLine.Ticket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class WaitingLineTest {
    private static final long LATE = 30_000;
    private static final long SMALL = 1_024;

    private final WaitingLine<String> line = new WaitingLine<>(1_000, LATE);

    private Ticket<String> add(String who, Priority priority, String key, long cost) {
        Ticket<String> ticket = new Ticket<>(who, priority, key, 0, cost, 0);
        line.add(ticket);
        return ticket;
    }

    private Ticket<String> add(String who, Priority priority) {
        return add(who, priority, "k", SMALL);
    }

    private List<String> order(long now, Predicate<String> goes) {
        List<String> order = new ArrayList<>();
        for (Ticket<String> next = line.next(now, goes);
                next != null;
                next = line.next(now, goes)) {
            order.add(next.who());
        }
        return order;
    }

    private List<String> order() {
        return order(0, _ -> true);
    }

    @Test
    void theMostUrgentComesFirstAndEqualsInTheOrderOfArrival() {
        add("b1", BATCH);
        add("n1", NORMAL);
        add("i1", INTERACTIVE);
        add("n2", NORMAL);
        add("i2", INTERACTIVE);
        assertThat(order()).containsExactly("i1", "i2", "n1", "n2", "b1");
        assertThat(line.size()).isZero();
    }

    @Test
    void keysTakeTurnsHoweverManyOneSends() {
        for (int i = 0; i < 8; i++) {
            add("a" + i, NORMAL, "alice", 4_096);
        }
        add("b0", NORMAL, "bob", 4_096);
        add("b1", NORMAL, "bob", 4_096);
        assertThat(order().subList(0, 4)).containsExactlyInAnyOrder("a0", "b0", "a1", "b1");
    }

    private Ticket<String> of(String who, String key, long user) {
        Ticket<String> ticket = new Ticket<>(who, NORMAL, key, user, 4_096, 0);
        line.add(ticket);
        return ticket;
    }

    @Test
    void endUsersOfAKeyTakeTurnsWithinItsTurn() {
        of("a1", "k", 1);
        of("a2", "k", 1);
        of("a3", "k", 1);
        of("b1", "k", 2);
        of("b2", "k", 2);
        of("c1", "k", 3);
        assertThat(order()).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
    }

    @Test
    void aUserWhoComesLaterIsNoLongerBehindWhatAnotherHasLeft() {
        of("a1", "k", 1);
        of("a2", "k", 1);
        Ticket<String> left = of("a3", "k", 1);
        of("a4", "k", 1);
        assertThat(line.remove(left)).isTrue();
        assertThat(line.next(0, _ -> true).who()).isEqualTo("a1");
        of("b1", "k", 2);
        assertThat(order()).containsExactly("a2", "b1", "a4");
    }

    @Test
    void namingManyUsersBringsAKeyNoMoreTurns() {
        for (int i = 0; i < 8; i++) {
            of("a" + i, "alice", i);
        }
        of("b0", "bob", 0);
        of("b1", "bob", 0);
        assertThat(order().subList(0, 4)).containsExactlyInAnyOrder("a0", "a1", "b0", "b1");
    }

    @Test
    void whoHasMostWaitingIsDisplacedFirst() {
        of("a1", "k", 1);
        of("a2", "k", 1);
        of("a3", "k", 1);
        of("b1", "k", 2);
        assertThat(line.displacedBy(INTERACTIVE, "other").orElseThrow().who()).isEqualTo("a3");
    }

    @Test
    void whoLostAPlaceHasNoTurnsToTake() {
        for (int i = 0; i < 3; i++) {
            line.addReturned(new Ticket<>("r" + i, NORMAL, "k", i / 2, SMALL, 0));
        }
        assertThat(order()).containsExactly("r0", "r1", "r2");
    }

    @Test
    void aKeyWithLongRequestsGetsFewerOfThem() {
        for (int i = 0; i < 8; i++) {
            add("long" + i, NORMAL, "alice", 4 * 4_096);
            add("short" + i, NORMAL, "bob", 4_096);
        }
        List<String> first = order().subList(0, 10);
        assertThat(first).filteredOn(who -> who.startsWith("long")).hasSizeBetween(1, 3);
    }

    @Test
    void whoHadAPlaceAndLostItComesBeforeAll() {
        add("i", INTERACTIVE);
        line.addReturned(new Ticket<>("back", BATCH, "k", 0, SMALL, 0));
        assertThat(order()).containsExactly("back", "i");
    }

    @Test
    void oneThatCannotGoKeepsNobodyWaiting() {
        add("stuck", INTERACTIVE);
        add("behind", INTERACTIVE);
        add("other", INTERACTIVE, "other", SMALL);
        add("last", BATCH);
        assertThat(order(0, who -> !who.equals("stuck")))
                .containsExactlyInAnyOrder("behind", "other", "last");
        assertThat(line.size()).isEqualTo(1);
    }

    @Test
    void whatHasBeenGivenAPlaceIsAskedOnce() {
        Set<String> asked = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            add("r" + i, NORMAL, "k" + i % 3, SMALL);
        }
        List<String> order = order(0, asked::add);
        assertThat(order).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void whatIsOverdueGetsOnePlaceOfEight() {
        for (int i = 0; i < 40; i++) {
            add("b" + i, BATCH);
            line.add(new Ticket<>("i" + i, INTERACTIVE, "k", 0, SMALL, LATE));
        }
        List<String> first = order(LATE, _ -> true).subList(0, 32);
        assertThat(first).filteredOn(who -> who.startsWith("b")).hasSize(4);
    }

    @Test
    void nothingIsOverdueBeforeItsTime() {
        add("b", BATCH);
        for (int i = 0; i < 20; i++) {
            add("i" + i, INTERACTIVE);
        }
        assertThat(order(LATE - 1, _ -> true).getLast()).isEqualTo("b");
    }

    @Test
    void whoLeavesIsNotThereAnyMore() {
        Ticket<String> leaving = add("leaving", NORMAL);
        add("staying", NORMAL);
        assertThat(line.remove(leaving)).isTrue();
        assertThat(line.remove(leaving)).isFalse();
        assertThat(order()).containsExactly("staying");
    }

    @Test
    void whatWaitsKnowsHowManyAreBeforeIt() {
        List<Ticket<String>> waiting = new ArrayList<>();
        for (Priority priority : List.of(BATCH, NORMAL, INTERACTIVE, NORMAL)) {
            int number = waiting.size();
            Ticket<String> ticket =
                    new Ticket<>("t" + number, priority, "k" + number, 0, 1, number);
            line.add(ticket);
            waiting.add(ticket);
        }
        Ticket<String> returned = new Ticket<>("r", BATCH, "k", 0, 1, 9);
        line.addReturned(returned);
        assertThat(waiting).extracting(line::before).containsExactly(4, 2, 1, 3);
        assertThat(line.before(returned)).isZero();
    }

    @Test
    void aFullLineGivesUpWhatIsLessUrgent() {
        add("b1", BATCH);
        add("b2", BATCH);
        assertThat(line.displacedBy(INTERACTIVE, "x").orElseThrow().who()).isEqualTo("b2");
        assertThat(line.displacedBy(BATCH, "k")).isEmpty();
        add("i", INTERACTIVE);
        assertThat(line.displacedBy(NORMAL, "k").orElseThrow().who()).isEqualTo("b2");
    }

    @Test
    void aFullLineGivesUpTheLastOfWhoHasMost() {
        add("a1", NORMAL, "alice", SMALL);
        add("a2", NORMAL, "alice", SMALL);
        add("a3", NORMAL, "alice", SMALL);
        add("b1", NORMAL, "bob", SMALL);
        assertThat(line.displacedBy(NORMAL, "bob").orElseThrow().who()).isEqualTo("a3");
        assertThat(line.displacedBy(NORMAL, "alice")).isEmpty();
    }

    @Test
    void nobodyIsLostOrServedTwiceInARandomRun() {
        long seed = 42;
        Random random = new Random(seed);
        Set<String> there = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            String who = "r" + i;
            Priority priority = Priority.values()[random.nextInt(3)];
            add(who, priority, "k" + random.nextInt(5), random.nextInt(30_000));
            there.add(who);
            if (random.nextInt(3) > 0) {
                Ticket<String> next = line.next(i * 10L, _ -> random.nextBoolean());
                if (next != null) {
                    assertThat(there.remove(next.who())).as("seed " + seed).isTrue();
                }
            }
            assertThat(line.size()).as("seed " + seed).isEqualTo(there.size());
        }
        assertThat(order()).containsExactlyInAnyOrderElementsOf(there);
    }
}
