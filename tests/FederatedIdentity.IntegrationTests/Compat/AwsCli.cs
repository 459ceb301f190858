using System.Diagnostics;
using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>What one run of the AWS CLI ended with.</summary>
internal sealed record CliRun(int Status, string Output, string Error)
{
    public JsonNode Json => JsonNode.Parse(Output)!;
}

/// <summary>The AWS CLI of FEDERATED_IDENTITY_TEST_AWS_CLI, else Debian's, without anything of the machine's own configuration.</summary>
internal sealed class AwsCli(Uri endpoint)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static string Program => Environment.GetEnvironmentVariable("FEDERATED_IDENTITY_TEST_AWS_CLI") is { Length: > 0 } named
        ? named
        : "/usr/bin/aws";

    public string Service { get; init; } = "cognito-identity";

    public string AccessKeyId { get; init; } = TestServer.AccessKeyId;

    public string Secret { get; init; } = TestServer.SecretAccessKey;

    public async Task<CliRun> RunAsync(string operation, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] all =
        [
            "--endpoint-url", endpoint.GetLeftPart(UriPartial.Authority), "--region", "us-east-1", "--output", "json", "--no-cli-pager",
            Service, operation, .. arguments,
        ];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["AWS_ACCESS_KEY_ID"] = AccessKeyId;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = Secret;
        start.Environment["AWS_CONFIG_FILE"] = "/dev/null";
        start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return new CliRun(process.ExitCode, await output, await error);
    }

    /// <summary>A run that has to succeed.</summary>
    public async Task<CliRun> OkAsync(string operation, params string[] arguments)
    {
        var run = await RunAsync(operation, arguments);
        Assert.True(run.Status == 0, run.Error);
        return run;
    }

    /// <summary>A run that the server has to refuse; what the CLI prints is its own sentence around ours.</summary>
    public async Task IsRefusedAsync(string error, string name, string message, string operation, params string[] arguments)
    {
        var run = await RunAsync(operation, arguments);
        Assert.Equal($"An error occurred ({error}) when calling the {name} operation: {message}", run.Error.Trim());
        Assert.Equal((254, ""), (run.Status, run.Output));
    }
}
