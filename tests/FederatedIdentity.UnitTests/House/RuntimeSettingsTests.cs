using System.Text.Json;

namespace FederatedIdentity.UnitTests.House;

/// <summary>What the server asks of the runtime wherever it runs. Nothing fails without these; all of it only costs more.</summary>
public sealed class RuntimeSettingsTests
{
    [Theory]
    [InlineData("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit", 0)]
    [InlineData("System.Runtime.TieredCompilation.CallCountingDelayMs", 10)]
    public void The_server_brings_its_runtime_settings(string name, int value)
    {
        using var file = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "FederatedIdentity.Server.runtimeconfig.json")));

        Assert.Equal(value, file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties").GetProperty(name).GetInt32());
    }
}
