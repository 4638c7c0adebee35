// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.Tuning;
import io.github.loss4j.host.DeviceMemoryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Finds the fastest launch plan of a device for each class of rows. Only one that gives the bits of
 * the standard plan is measured; the candidates take turns, so that a machine that is slow for a
 * moment is slow for all.
 */
final class Tuner {
  private static final System.Logger LOG = System.getLogger("io.github.loss4j.opencl");
  private static final int LEAST_ROUNDS = 3;
  private static final int MOST_ROUNDS = 25;

  /** A candidate that is so many times slower than another is not measured further. */
  private static final double HOPELESS = 2;

  /** What a candidate must gain on the standard plan to be taken: less may be chance. */
  private static final double GAIN = 0.97;

  private final ClDevice device;
  private final long deadline;
  private final AtomicReference<LaunchPlan> plan = new AtomicReference<>();

  Tuner(ClDevice device, double seconds) {
    this.device = device;
    this.deadline = System.nanoTime() + (long) (seconds * 1e9);
  }

  /** A plan and the times it took. */
  private record Candidate(LaunchPlan plan, List<Double> seconds) {
    double median() {
      double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      return sorted[sorted.length / 2];
    }
  }

  Tuning tune(Consumer<Tuning.Choice> listener) {
    Map<RowClass, LaunchPlan> plans = new LinkedHashMap<>();
    List<Tuning.Choice> choices = new ArrayList<>();
    TuningFile file = TuningFile.of(device);
    List<RowClass> classes = RowClass.all();
    try (OpenClSession session =
        new OpenClSession(ClContext.open(device), (rows, elementBytes) -> plan.get())) {
      for (int i = 0; i < classes.size(); i++) {
        long now = System.nanoTime();
        long end = now + Math.max(0, deadline - now) / (classes.size() - i);
        RowClass rows = classes.get(i);
        try (TuningTask task = new TuningTask(session, rows)) {
          List<Candidate> candidates = prepared(task, rows, end);
          measure(task, candidates, end);
          Candidate standard = candidates.getFirst();
          Candidate best = best(candidates);
          plans.put(rows, best.plan());
          Tuning.Choice choice =
              new Tuning.Choice(
                  rows.description(),
                  candidates.size(),
                  best.plan().description(),
                  best.median(),
                  standard.median());
          choices.add(choice);
          listener.accept(choice);
        }
      }
      file.write(plans);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written".formatted(file.path()), e);
    }
    return new Tuning(device.name(), file.path(), choices);
  }

  /** The standard plan, and others that work, give its bits and are not hopeless, run once. */
  private List<Candidate> prepared(TuningTask task, RowClass rows, long end) {
    List<Candidate> candidates = new ArrayList<>();
    double fastest = Double.POSITIVE_INFINITY;
    for (LaunchPlan each : plans(task, rows)) {
      if (!candidates.isEmpty() && System.nanoTime() > end) {
        break;
      }
      plan.set(each);
      try {
        task.run(); // compiles the kernels
        double seconds = seconds(task);
        if (candidates.isEmpty()) {
          task.keepResults();
        } else if (!task.hasTheSameResults()) {
          LOG.log(
              System.Logger.Level.WARNING,
              "{0} computes other bits by {1} for {2}",
              device.name(),
              each,
              rows);
          continue;
        }
        fastest = Math.min(fastest, seconds);
        if (candidates.isEmpty() || seconds < HOPELESS * fastest) {
          candidates.add(new Candidate(each, new ArrayList<>(List.of(seconds))));
        }
      } catch (BackendUnavailableException | DeviceMemoryException | IllegalStateException e) {
        if (candidates.isEmpty()) {
          throw e;
        }
        LOG.log(System.Logger.Level.DEBUG, device.name() + " cannot compute by " + each, e);
      }
    }
    return candidates;
  }

  private List<LaunchPlan> plans(TuningTask task, RowClass rows) {
    LaunchPlan standard = LaunchPlan.standard(device, task.rows());
    List<LaunchPlan> plans = new ArrayList<>(List.of(standard));
    if (device.cpu()) {
      LaunchShape shape = rows.strided() ? LaunchShape.IN_LANES : LaunchShape.BY_ITEM;
      for (int elements = 1 << 12; elements <= 1 << 18; elements *= 4) {
        plans.add(LaunchPlan.standard(device, shape).withElementsPerItem(elements));
      }
    } else if (rows.strided()) {
      for (int group : new int[] {32, 64, 128, 256}) {
        plans.add(standard.withGroup(group));
      }
    } else {
      LaunchPlan byTeam = LaunchPlan.standard(device, LaunchShape.BY_TEAM);
      for (int group : new int[] {64, 128, 256}) {
        for (int team = LaunchPlan.SEGMENT_TEAM; team <= group; team *= 4) {
          plans.add(byTeam.withGroup(group).withTeam(team));
        }
        if (rows.several()) {
          plans.add(LaunchPlan.standard(device, LaunchShape.SPLIT).withGroup(group));
        }
      }
    }
    Map<List<Object>, LaunchPlan> different = new LinkedHashMap<>();
    for (LaunchPlan each : plans) {
      if (each.fits(device)) {
        different.putIfAbsent(each.launchOf(device, task.rows()), each);
      }
    }
    return List.copyOf(different.values());
  }

  private void measure(TuningTask task, List<Candidate> candidates, long end) {
    candidates.forEach(candidate -> candidate.seconds().clear());
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (round >= LEAST_ROUNDS && System.nanoTime() > end) {
        return;
      }
      for (Candidate candidate : candidates) {
        plan.set(candidate.plan());
        candidate.seconds().add(seconds(task));
      }
    }
  }

  private static Candidate best(List<Candidate> candidates) {
    Candidate standard = candidates.getFirst();
    Candidate best = standard;
    for (Candidate candidate : candidates) {
      best = candidate.median() < best.median() ? candidate : best;
    }
    return best.median() < GAIN * standard.median() ? best : standard;
  }

  private static double seconds(TuningTask task) {
    long start = System.nanoTime();
    task.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
