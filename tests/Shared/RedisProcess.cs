namespace FederatedIdentity.Tests.Shared;

/// <summary>A real Redis without persistence, for one test class; it may be killed, hung and started again, empty, on the same port.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    public const string Variable = "FEDERATED_IDENTITY_TEST_REDIS";

    private readonly PrivateProgram _program;

    private RedisProcess(PrivateProgram program, string connectionString) => (_program, ConnectionString) = (program, connectionString);

    public PrivateProgram Program => _program;

    public int Port => _program.Port;

    /// <summary>In the form of <c>ConnectionStrings__Redis</c>.</summary>
    public string ConnectionString { get; }

    /// <param name="arguments">Further settings, as <c>--requirepass</c> and its value.</param>
    public static Task<RedisProcess> StartAsync(params string[] arguments) => StartAsync(port => ["--port", $"{port}", .. arguments]);

    /// <summary>One that speaks TLS alone.</summary>
    /// <param name="arguments">Further settings, with the certificate among them.</param>
    public static Task<RedisProcess> StartTlsAsync(params string[] arguments) =>
        StartAsync(port => ["--port", "0", "--tls-port", $"{port}", .. arguments]);

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private static async Task<RedisProcess> StartAsync(Func<int, string[]> arguments)
    {
        var port = ServerProcess.FreePort();
        string[] all = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--protected-mode", "no", .. arguments(port)];
        return new(await PrivateProgram.StartAsync(Variable, port, all), $"127.0.0.1:{port}");
    }
}
