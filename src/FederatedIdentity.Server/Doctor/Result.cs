namespace FederatedIdentity.Server.Doctor;

/// <summary>What came of a check.</summary>
internal enum Result
{
    Ok,

    /// <summary>It works, and an operator should look at it.</summary>
    Warn,

    /// <summary>It does not work, or will not.</summary>
    Fail,

    /// <summary>It could not be looked at, for a reason that another row has.</summary>
    Skip,
}
