namespace FederatedIdentity.Tests.Shared;

/// <summary>A real Redis without persistence, for one test class; it may be killed, hung and started again, empty, on the same port.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private const string Variable = "FEDERATED_IDENTITY_TEST_REDIS";

    private readonly PrivateProgram _program;

    private RedisProcess(PrivateProgram program, string connectionString) => (_program, ConnectionString) = (program, connectionString);

    public PrivateProgram Program => _program;

    public int Port => _program.Port;

    /// <summary>In the form of <c>ConnectionStrings__Redis</c>.</summary>
    public string ConnectionString { get; }

    /// <param name="arguments">Further settings, as <c>--requirepass</c> and its value.</param>
    public static async Task<RedisProcess> StartAsync(params string[] arguments)
    {
        var port = ServerProcess.FreePort();
        string[] all = ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--protected-mode", "no", .. arguments];
        return new(await PrivateProgram.StartAsync(Variable, port, all), $"127.0.0.1:{port}");
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
