namespace FederatedIdentity.Server.Overload;

/// <summary>The numbers that <see cref="Admission"/> keeps to.</summary>
internal sealed record AdmissionLimits(int Concurrency, int Queue, TimeSpan Wait, int Outside)
{
    /// <summary>
    /// Unless it is set, as many work at once as the database's pool has connections: a call uses one at a time, so none ever waits for
    /// a connection, where it would be refused only after seconds.
    /// </summary>
    public static AdmissionLimits Of(OverloadOptions options, int connections)
    {
        var concurrency = options.Concurrency ?? connections;
        return new(concurrency, options.QueueFor(concurrency), options.Wait, options.OutsideFor(concurrency));
    }
}
