// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code loss4j}: reads the command line and turns what happens into an exit status.
 */
@Command(
    name = "loss4j",
    description = "Classification losses on GPUs and CPUs, with the same bits on each.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:it is done",
      "1:it failed: the input is bad, a device cannot serve, or a case does not pass",
      "2:the command line was not understood"
    })
final class Main implements Callable<Integer> {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  private boolean debug;

  private Main() {}

  /** Runs a command and ends the process with its exit status. */
  public static void main(String[] args) {
    TerminalLog.configure();
    System.exit(run(writer(System.out), writer(System.err), args));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  /** Runs a command within this process and returns its exit status. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    Map<String, Supplier<Object>> commands = commands(out, err);
    if (args.length > 0 && commands.containsKey(args[0])) {
      // To read what options a command has takes picocli ten milliseconds or more.
      commands.keySet().retainAll(Set.of(args[0]));
    }
    commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
    line.setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((fault, unparsed) -> usageFault(fault))
        .setExecutionExceptionHandler((failure, at, parsed) -> main.failure(failure, at));
    try {
      return line.execute(args);
    } catch (Error e) {
      // Memory that runs out, or a mapped file that was cut off meanwhile.
      return main.failure(e, line);
    }
  }

  private static Map<String, Supplier<Object>> commands(PrintWriter out, PrintWriter err) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("eval", () -> new EvalCommand(out, err));
    commands.put("devices", () -> new DevicesCommand(out));
    commands.put("verify", () -> new VerifyCommand(out));
    commands.put("bench", () -> new BenchCommand(out, err));
    commands.put("tune", () -> new TuneCommand(out, err));
    return commands;
  }

  @Override
  public Integer call() {
    throw new UsageException("name a command: eval, devices, verify, bench or tune");
  }

  private int failure(Throwable failure, CommandLine line) {
    if (failure instanceof UsageException) {
      return usageFault(new ParameterException(line, FailureLine.of(failure)));
    }
    line.getErr().println("loss4j: " + FailureLine.of(failure));
    if (debug) {
      failure.printStackTrace(line.getErr());
    }
    return ExitCode.SOFTWARE;
  }

  private static int usageFault(ParameterException fault) {
    CommandLine line = fault.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("loss4j: " + FailureLine.of(fault));
    if (fault instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        err.println("Did you mean " + String.join(" or ", suggestions) + "?");
      }
    }
    err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    static String number() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "(not packaged)" : version;
    }

    @Override
    public String[] getVersion() {
      return new String[] {"loss4j " + number(), "Java " + Runtime.version()};
    }
  }
}
