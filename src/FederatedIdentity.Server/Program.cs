using FederatedIdentity.Providers;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Server.Overload;
using FederatedIdentity.Server.Sts;
using FederatedIdentity.Server.Telemetry;
using FederatedIdentity.Server.Telemetry.Prometheus;
using FederatedIdentity.Server.Throttling;
using FederatedIdentity.Storage;
using FederatedIdentity.Storage.Redis;

if (Verbs.Find(args) is { } verb)
{
    return await verb();
}

var builder = ServerBuilder.Create(args);
builder.Host.UseDefaultServiceProvider(container => (container.ValidateOnBuild, container.ValidateScopes) = (true, true));
builder.ConfigureLogging();
builder.ConfigureKestrel();
builder.AddTelemetry();
builder.Services
    .AddHosting(builder.Configuration)
    .AddPrometheus()
    .AddOverload(builder.Configuration)
    .AddThrottling(builder.Configuration)
    .AddStorage(builder.Configuration.RequiredPostgres())
    .AddRedis(builder.Configuration.GetConnectionString("Redis"))
    .AddProviders(builder.Configuration)
    .AddOpenId(builder.Configuration)
    .AddSts(builder.Configuration)
    .AddOperations();

var app = builder.Build();
app.StartPrometheus();
app.UseSharedDate();
app.UseManagement();
ShutdownDelay.Use(app);
app.UseIssuerPath();
app.UseRouting();
app.UseTelemetry();
app.MapHealth();
app.MapOpenId();
app.MapAwsJson();
await app.RunAsync();
return Environment.ExitCode; // Startup sets it when it gives up.
