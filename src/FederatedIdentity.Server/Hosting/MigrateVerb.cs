using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// <c>federated-identity migrate</c>: brings the schema up to date and ends. Any number may run at once; one works, the
/// others wait and find nothing left to do. Needs the database and no other setting.
/// </summary>
internal static class MigrateVerb
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = ServerBuilder.Create(args);
        builder.ConfigureLogging();
        await using var app = builder.Build();
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupted.Cancel();
        };
        var logger = app.Services.GetRequiredService<ILogger<SchemaMigrator>>();
        await new SchemaMigrator(app.Configuration.RequiredPostgres(), logger).MigrateAsync(interrupted.Token);
        return 0;
    }
}
