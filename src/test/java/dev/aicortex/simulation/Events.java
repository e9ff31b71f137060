package dev.aicortex.simulation;

import dev.aicortex.testing.StepClock;
import java.util.PriorityQueue;

/** What happens when, in milliseconds; equal times in the order in which they were planned. */
final class Events {
    private record Event(double at, long number, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Double.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Event> planned = new PriorityQueue<>();
    private final StepClock clock = new StepClock();
    private double now;
    private long number;

    StepClock clock() {
        return clock;
    }

    double now() {
        return now;
    }

    void after(double millis, Runnable what) {
        planned.add(new Event(now + millis, number++, what));
    }

    void runUntil(double end) {
        while (!planned.isEmpty() && planned.peek().at() <= end) {
            Event next = planned.remove();
            now = next.at();
            clock.at(Math.round(now) + 1);
            next.what().run();
        }
    }
}
