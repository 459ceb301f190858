using System.Diagnostics;
using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>A program of docs/examples/verify that answers every line of its input with one JSON line.</summary>
internal sealed class ExampleProgram : ITokenExample
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Folder = Path.Combine(Peer.RepositoryRoot, "docs", "examples", "verify");
    private static readonly string Workshop = Path.Combine(AppContext.BaseDirectory, "examples");
    private static readonly Lazy<string> JavaScript = new(CopyJavaScript);
    private static readonly Lazy<Task<string>> Go = new(BuildGoAsync);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ExampleProgram(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    public static async Task<ExampleProgram> StartAsync(string language, string program, IReadOnlyDictionary<string, string?> settings)
    {
        var start = await CommandAsync(language, program);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new ExampleProgram(Process.Start(start) ?? throw new InvalidOperationException($"{language}/{program} did not start."));
    }

    public async Task<JsonNode> JudgeAsync(string token)
    {
        await _process.StandardInput.WriteLineAsync(token);
        await _process.StandardInput.FlushAsync();
        return JsonNode.Parse(await LineAsync())!;
    }

    /// <summary>The next line of what it prints.</summary>
    public async Task<string> LineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
        ?? throw new InvalidOperationException($"The example ended: {await _errors}");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>A tool that FEDERATED_IDENTITY_TEST_… names, else where Debian has it.</summary>
    public static string Tool(string name, string otherwise) =>
        Environment.GetEnvironmentVariable($"FEDERATED_IDENTITY_TEST_{name}") is { Length: > 0 } named ? named : otherwise;

    private static async Task<ProcessStartInfo> CommandAsync(string language, string program) => language switch
    {
        "javascript" => new(Path.Combine(Peer.RepositoryRoot, "tests", "Peers", "node"), [Path.Combine(JavaScript.Value, $"{program}.mjs")]),
        "python" => new(Tool("PYTHON", "/usr/bin/python3"), ["-B", Path.Combine(Folder, "python", $"{program}.py")]),
        "go" => new(await Go.Value),
        _ => throw new ArgumentOutOfRangeException(nameof(language)),
    };

    /// <summary>Node looks for packages beside the program, and those of the peers are the ones that are installed.</summary>
    private static string CopyJavaScript()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Workshop, "javascript")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, "javascript")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        var packages = Path.Combine(folder, "node_modules");
        if (!Directory.Exists(packages))
        {
            Directory.CreateSymbolicLink(packages, Path.Combine(Peer.RepositoryRoot, "tests", "Peers", "node_modules"));
        }

        return folder;
    }

    private static async Task<string> BuildGoAsync()
    {
        var program = Path.Combine(Directory.CreateDirectory(Workshop).FullName, "go-verifier");
        var start = new ProcessStartInfo(Tool("GO", "/usr/bin/go"), ["build", "-o", program, "."])
        {
            WorkingDirectory = Path.Combine(Folder, "go"),
            RedirectStandardError = true,
        };
        start.Environment["GOCACHE"] = Path.Combine(Workshop, "go-cache");
        start.Environment["GOPROXY"] = "off"; // The standard library alone.
        start.Environment["GOTOOLCHAIN"] = "local";
        using var build = Process.Start(start) ?? throw new InvalidOperationException("Go did not start.");
        var errors = await build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        return build.ExitCode == 0 ? program : throw new InvalidOperationException(errors);
    }
}
