namespace FederatedIdentity.Server.Hosting;

/// <summary>One thing the executable does, other than serve, given the arguments after its name. Returns the exit status.</summary>
internal sealed record Verb(string Name, string Promise, Func<string[], Task<int>> RunAsync);
